/**
 * ui/steward owns the steward's way to the rules of a fabric: a door in the header, and behind it, loaded when it is first
 * opened, the panel.
 */
import './steward-door.ts';
