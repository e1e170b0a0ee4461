import { expect, test } from 'vitest';
import { graphReport, outputHashOf, runGraph } from '../../../../src/sdk/index.ts';
import { graphOf, World } from './world.ts';

const TWO = `[graph.first]
tasklet = "work"
[graph.second]
tasklet = "work"
input = { output = "first" }
`;

test('a report names every node and run with its hashes, and what failed', async () => {
  const whole = new World();
  const outcomes = await runGraph(graphOf(TWO), whole);
  const report = graphReport('sample', outcomes);
  expect(report).toMatchObject({ program: 'sample', isDone: true });
  expect(report.nodes.map(({ node, output, runs }) => [node, output, runs.length])).toStrictEqual(
    outcomes.map((outcome) => [outcome.node, outputHashOf(outcome), 1]),
  );
  expect(report.nodes[0]?.runs[0]).toMatchObject({ status: 'succeeded', attempts: 1, output: report.nodes[0]?.output });

  const broken = new World();
  broken.failures.set('-', ['trapped']);
  const failed = graphReport('sample', await runGraph(graphOf(TWO), broken));
  expect(failed.isDone).toBe(false);
  expect(failed.nodes.map(({ status }) => status)).toStrictEqual(['failed', 'skipped']);
  expect(failed.nodes[0]?.runs[0]?.error?.code).toBe('trapped');
});
