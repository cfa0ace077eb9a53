// Asks @cloud-copilot/iam-simulate, which is installed beside this file's copy by scripts/iam-differential: one question
// a line comes in, one answer a line goes out. Development only: nothing of that package is part of Havenmark.
import readline from 'node:readline';
import { runSimulation } from '@cloud-copilot/iam-simulate';

const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
for await (const line of lines) {
  if (!line) continue;
  let answer;
  try {
    const said = await runSimulation(JSON.parse(line), {});
    answer = said.resultType === 'single'
      ? { allowed: said.overallResult === 'Allowed', ignored: said.result.ignoredContextKeys ?? [] }
      : { allowed: null, error: JSON.stringify(said.errors ?? said.resultType) };
  } catch (error) {
    answer = { allowed: null, error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
