/**
 * ui is the page: lit elements over one `Fabric` snapshot. It sees the sdk and nothing below it, and gets the rest of
 * the world through `AppDoors`. Importing it defines `<fabric-app>`; give that its `doors` and it does the rest. What only
 * a fabric's inside shows is loaded when somebody goes there.
 */
import './parts/index.ts';
import './shell/index.ts';
export { askSignaling } from './ask-signaling.ts';
export type {
  AppDoors,
  IceSettings,
  LinkReading,
  PreflightItem,
  ProgramLoader,
  ProgramView,
  SignalingReport,
} from './doors.ts';
export { FabricApp } from './fabric-app.ts';
