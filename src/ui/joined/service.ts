import { html, type TemplateResult } from 'lit';
import type { FabricSnapshot } from '../../sdk/index.ts';
import { preflightSummary } from '../shell/index.ts';
import type { IceSettings } from '../doors.ts';
import type { DoorReader } from './door-reader.ts';
import { section } from './frame.ts';

/** What stands around the fabric: the signaling service, and what this browser can do. */
export function service(
  { signaling, connections, fabric }: FabricSnapshot,
  reader: DoorReader,
  ice: IceSettings,
  onCheck: () => void,
): TemplateResult {
  const { hasPreflightFailed, signaling: report, preflight: items } = reader;
  const isMissingSome = items?.some((item) => item.state === 'missing') ?? false;
  return html`${section(
    'Signaling',
    '',
    html`<signaling-panel
      .view=${signaling}
      .connections=${connections}
      .ice=${ice}
      .joinUrl=${fabric.joinUrl}
      .report=${report}
      .onCheck=${onCheck}
    ></signaling-panel>`,
  )}
  ${section(
    'This browser',
    '',
    html`<details ?open=${isMissingSome}>
      <summary>${items ? preflightSummary(items) : 'What works here'}</summary>
      <preflight-panel class="inner" .items=${items} ?hasFailed=${hasPreflightFailed}></preflight-panel>
    </details>`,
  )}`;
}
