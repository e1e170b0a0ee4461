/**
 * programs is where a person chooses what to run: program, tasklet, input and target, as one `RunOrder`.
 * It refuses inputs over the bound at once and starts nothing itself.
 */
export { InputPicker } from './input-picker.ts';
export { fixturesFor, inputRefusal, takesText, type InputChoice, type RunOrder } from './order.ts';
export { DemoShow, type DemoState } from './demo-show.ts';
export { ProgramCard } from './program-card.ts';
export { ProgramShelf } from './program-shelf.ts';
export { ViewDialog } from './view-dialog.ts';
