/**
 * ui/steward/panel owns what the steward sees and does: who waits, who is here, what the rules are. Importing it defines
 * `<steward-panel>`.
 */
import './steward-panel.ts';
