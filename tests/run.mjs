// `npm test`: every check there is, on a fresh machine too. Prints what each stage did and ends with
// `N passed, N failed`. Each compiler zone, the linter and the formatter count as one check; tests count as tests.
//   npm test -- --only unit,tidy
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const ZONES = ['pure', 'worker', 'page', 'node'];
const VITEST_STAGES = ['tidy', 'unit', 'conformance', 'simulation'];
const STAGES = ['types', 'lint', 'format', ...VITEST_STAGES, 'browser'];
const STAGE_DEADLINE_MS = 12 * 60_000;

/** What a stage found: a line a person reads, and counts. */
const verdict = (name, passed, failed, note = '') => ({ name, passed, failed, note });

async function main() {
  const chosen = chooseStages(process.argv.slice(2));
  const reports = await mkdtemp(join(tmpdir(), 'grafos-test-'));
  const verdicts = [];
  const start = performance.now();
  try {
    if (chosen.includes('types')) verdicts.push(...(await checkTypes()));
    if (chosen.includes('lint')) verdicts.push(await checkTool('lint', 'eslint', ['.', '--max-warnings=0']));
    if (chosen.includes('format')) verdicts.push(await checkTool('format', 'prettier', ['--check', '.']));
    const projects = VITEST_STAGES.filter((stage) => chosen.includes(stage));
    if (projects.length > 0) verdicts.push(...(await runVitest(projects, reports)));
    if (chosen.includes('browser')) verdicts.push(await runPlaywright(reports));
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
  conclude(verdicts, performance.now() - start);
}

function chooseStages(words) {
  const at = words.findIndex((word) => word === '--only' || word.startsWith('--only='));
  const isAll = at < 0 && words.length === 0;
  const text = at < 0 ? '' : (words[at].split('=')[1] ?? words[at + 1] ?? '');
  const chosen = isAll ? STAGES : text.split(',').filter((name) => name !== '');
  const unknown = chosen.filter((name) => !STAGES.includes(name));
  if (chosen.length === 0 || unknown.length > 0) {
    console.error(`npm test -- --only <stage>[,<stage>…], with the stages: ${STAGES.join(', ')}`);
    process.exit(2);
  }
  return chosen;
}

async function checkTypes() {
  heading('types');
  const check = async (zone) => {
    const { code, text } = await tool('tsc', ['-p', `tsconfig.${zone}.json`, '--pretty', 'false'], { isQuiet: true });
    const problems = text.match(/^\S.*error TS\d+/gm)?.length ?? 0;
    if (code !== 0) process.stdout.write(text);
    return verdict(`types: ${zone}`, code === 0 ? 1 : 0, code === 0 ? 0 : 1, code === 0 ? '' : `${problems} problems`);
  };
  // Two at a time: one compiler for each core of the smallest machine this runs on.
  const verdicts = [];
  for (let index = 0; index < ZONES.length; index += 2) {
    verdicts.push(...(await Promise.all(ZONES.slice(index, index + 2).map(check))));
  }
  return verdicts;
}

async function checkTool(stage, command, args) {
  heading(stage);
  const { code } = await tool(command, args);
  return verdict(stage, code === 0 ? 1 : 0, code === 0 ? 0 : 1);
}

async function runVitest(projects, reports) {
  heading(projects.join(', '));
  const report = join(reports, 'vitest.json');
  const selection = projects.flatMap((name) => ['--project', name]);
  const reporting = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await tool('vitest', ['run', ...selection, ...reporting, '--passWithNoTests']);
  const found = await readReport(report);
  const verdicts = projects.map((name) => verdict(name, 0, 0));
  let skipped = 0;
  for (const file of found?.testResults ?? []) {
    const stage = verdicts.find(({ name }) => name === stageOf(relative(ROOT, file.name))) ?? verdicts[0];
    for (const { status } of file.assertionResults) {
      if (status === 'passed') stage.passed++;
      else if (status === 'failed') stage.failed++;
      else skipped++;
    }
    // A file that could not even be loaded has no tests to count; it is one failure.
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) stage.failed++;
  }
  if (skipped > 0) verdicts.at(-1).note = `${skipped} skipped`;
  const failed = verdicts.reduce((total, each) => total + each.failed, 0);
  if ((code !== 0 && failed === 0) || found === undefined)
    verdicts.push(verdict('vitest itself', 0, 1, `ended with ${code}`));
  return verdicts;
}

function stageOf(path) {
  const folder = path.split(/[\\/]/)[1] ?? '';
  if (folder === 'tidy.test.ts') return 'tidy';
  if (folder === 'sim') return 'simulation';
  return folder === 'kernels' ? 'conformance' : folder;
}

async function runPlaywright(reports) {
  heading('browser');
  if (!existsSync(join(ROOT, 'tests', 'browser'))) return verdict('browser', 0, 0, 'there are no browser tests');
  const report = join(reports, 'playwright.json');
  const { code } = await tool('playwright', ['test', '--reporter=list,json'], {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report, GRAFOS_TEST_PORT: String(await freePort()) },
  });
  const found = await readReport(report);
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = found?.stats ?? {};
  const crashed = code !== 0 && unexpected === 0 ? 1 : 0;
  for (const { message } of found?.errors ?? []) console.error(message);
  const notes = [flaky > 0 ? `${flaky} flaky` : '', skipped > 0 ? `${skipped} skipped` : ''];
  if (crashed === 1) notes.push(`Playwright ended with ${code}`);
  return verdict('browser', expected + flaky, unexpected + crashed, notes.filter((note) => note !== '').join(', '));
}

function conclude(verdicts, tookMs) {
  heading(`done in ${Math.round(tookMs / 1000)} s`);
  for (const { name, passed, failed, note } of verdicts) {
    const counts = `${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed`;
    console.log(`${name.padEnd(16)} ${counts}${note === '' ? '' : `   (${note})`}`);
  }
  const sum = (key) => verdicts.reduce((total, each) => total + each[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}

/** Runs a command of `node_modules` with no input, and ends it when it takes too long. */
function tool(command, args, { isQuiet = false, env = {} } = {}) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [commandFile(command), ...args], {
      cwd: ROOT,
      stdio: ['ignore', isQuiet ? 'pipe' : 'inherit', isQuiet ? 'pipe' : 'inherit'],
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }), ...env },
      timeout: STAGE_DEADLINE_MS,
    });
    const stop = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (part) => (text += part));
    child.once('error', (error) => done({ code: -1, text: error.message }));
    child.once('close', (code, signal) => {
      for (const each of ['SIGINT', 'SIGTERM']) process.off(each, stop);
      done({ code: code ?? signal ?? -1, text });
    });
  });
}

/** The script behind a command, started with this very Node: no shell, no `.cmd` on Windows. */
function commandFile(command) {
  const files = {
    tsc: 'typescript/bin/tsc',
    eslint: 'eslint/bin/eslint.js',
    prettier: 'prettier/bin/prettier.cjs',
    vitest: 'vitest/vitest.mjs',
    playwright: '@playwright/test/cli.js',
  };
  return join(ROOT, 'node_modules', files[command]);
}

async function readReport(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, 'localhost', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

function heading(text) {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 70 - text.length))}`);
}

await main();
