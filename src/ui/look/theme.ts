/** Which palette is shown: the system's, or the one a person chose. */
export type ThemeChoice = 'system' | 'day' | 'night';

const STORAGE_KEY = 'grafos.theme';

/** What was chosen before in this browser. */
export function storedTheme(): ThemeChoice {
  try {
    const text = localStorage.getItem(STORAGE_KEY);
    return text === 'day' || text === 'night' ? text : 'system';
  } catch {
    // A browser that forbids storage still has a system palette.
    return 'system';
  }
}

/** Shows `choice` at once and remembers it where the browser allows. */
export function applyTheme(choice: ThemeChoice): void {
  if (choice === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = choice;
  try {
    if (choice === 'system') localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // The choice then lasts as long as the tab.
  }
}

/** Whether night colours show under `choice`. */
export function isNight(choice: ThemeChoice): boolean {
  return choice === 'night' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}
