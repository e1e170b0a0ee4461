/**
 * programs/shared-whiteboard is a drawing that lies in one tab's memory under a lease and is drawn on by all who have its
 * LeaseRef. The board knows the bytes, `view` the people; the demo draws without any.
 */
export { demo } from './demo.ts';
