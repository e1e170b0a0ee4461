import type { Artifacts, Bytes } from '../../sdk/index.ts';
import { fileEnding, shortId } from '../words/index.ts';

/** How long the browser gets to read a saved file before its memory is given back. */
const KEPT_MS = 60_000;

/** `response.json` as the command writes it. */
export function saveResponse(artifacts: Artifacts): void {
  saveText(`${fileStem(artifacts)}.response.json`, `${JSON.stringify(artifacts.response, undefined, 2)}\n`);
}

/** `output.b64` as the command writes it. */
export function saveOutputBase64(artifacts: Artifacts): void {
  saveText(`${fileStem(artifacts)}.output.b64`, `${artifacts.outputBase64}\n`);
}

/** The output itself, with the ending its media type calls for. */
export function saveOutput(artifacts: Artifacts, bytes: Bytes, mediaType: string): void {
  saveBlob(`${fileStem(artifacts)}.${fileEnding(mediaType)}`, new Blob([bytes], { type: mediaType }));
}

/** Hands a text to the browser as a file to keep. */
export function saveText(name: string, text: string): void {
  saveBlob(name, new Blob([text], { type: 'application/octet-stream' }));
}

function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

function fileStem({ response }: Artifacts): string {
  const safe = (text: string): string => text.replace(/[^\w-]+/g, '-');
  return `${safe(response.program)}-${safe(response.tasklet)}-${shortId(response.runId)}`;
}
