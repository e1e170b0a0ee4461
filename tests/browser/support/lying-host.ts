import { frontHost, type FrontHost } from './front-host.ts';

/** Put before the code of a tab's tasklet workers: every output comes out with its bits turned. */
const LIE = `
const tell = self.postMessage.bind(self);
self.postMessage = (message, ...more) => {
  if (message.kind === 'finished') message.result.output = message.result.output.map((byte) => byte ^ 255);
  tell(message, ...more);
};
`;

/** Serves what `origin` serves, but for the tasklet workers: a cell from here signs, as it should, for bytes that are wrong. */
export function lyingHost(origin: string): Promise<FrontHost> {
  return frontHost(origin, (asked, answer) => {
    void (async () => {
      const got = await fetch(new URL(asked.url ?? '/', origin));
      const body = Buffer.from(await got.arrayBuffer());
      const isTaskletWorker = asked.url?.includes('tasklet.worker') === true;
      const headers = Object.fromEntries(
        [...got.headers].filter(
          ([name]) => !/^(?:content-length|content-encoding|transfer-encoding|connection)$/.test(name),
        ),
      );
      answer.writeHead(got.status, headers);
      answer.end(isTaskletWorker ? Buffer.concat([Buffer.from(LIE), body]) : body);
    })().catch(() => answer.destroy());
  });
}
