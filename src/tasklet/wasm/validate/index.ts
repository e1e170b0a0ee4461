/**
 * validate owns the type check of function bodies. A module whose layout was read and whose bodies it accepts is valid
 * in every engine.
 */
export { validateModule, Validator, type InstructionVisitor } from './validate.ts';
