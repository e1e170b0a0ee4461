import { FabricError, type ViewStage } from '../sdk/index.ts';

/** What a program shows that people take part in: an element for the page. It looks as the page does (`HouseView`). */
export type ProgramView = (stage: ViewStage) => HTMLElement;

interface ListedView {
  /** The layout of the leases that it opens, so that a LeaseRef leads to it. */
  readonly layout?: string;
  /** Fetched when it is opened. */
  readonly load: () => Promise<{ readonly view: ProgramView }>;
}

const VIEWS: Readonly<Record<string, ListedView>> = {
  'game-of-life': { load: () => import('./game-of-life/view/index.ts') },
  'lease-lab': { layout: 'number/u64', load: () => import('./lease-lab/view/index.ts') },
  'shared-whiteboard': { layout: 'vec/stroke', load: () => import('./shared-whiteboard/view/index.ts') },
};

/** The programs that bring a view of their own. */
export const VIEW_NAMES: readonly string[] = Object.keys(VIEWS);

/** The program whose view shows leases of that layout, if there is one. */
export function programOfLayout(layout: string): string | undefined {
  return VIEW_NAMES.find((name) => VIEWS[name]?.layout === layout);
}

/** The view of a program; rejects with `not_found` when it brings none. */
export async function loadView(program: string): Promise<ProgramView> {
  const listed = VIEWS[program];
  if (!listed) throw new FabricError({ code: 'not_found', message: `${program} brings no view of its own.` });
  return (await listed.load()).view;
}
