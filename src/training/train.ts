import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import type { RowBits } from "../embed/quantize.ts";
import { encodeStaticModel } from "../embed/static-model.ts";
import { readCorpus } from "./corpus.ts";
import { trainStaticModel } from "./recipe.ts";
import type { StepProgress } from "./trainer.ts";

const USAGE = `Usage: node train.js --data <folder of .tsv files> --out <model.bin> [options]

  --steps <n>      training steps (6000)
  --batch <n>      examples a step, a multiple of 64 (2048)
  --rate <x>       learning rate of the first step (0.06)
  --dims <n>       dimensions (256)
  --bits <2|4|8>   bits a number in the model (2)
  --threads <n>    threads; the result does not depend on it (2)
  --seed <n>       (1)
  --revision <s>   name of the run (today's date)
`;

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    out: { type: "string" },
    steps: { type: "string", default: "6000" },
    batch: { type: "string", default: "2048" },
    rate: { type: "string", default: "0.06" },
    dims: { type: "string", default: "256" },
    bits: { type: "string", default: "2" },
    threads: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    revision: { type: "string", default: new Date().toISOString().slice(0, 10) },
    help: { type: "boolean", default: false },
  },
});

const { data, out } = values;
if (values.help || !data || !out) {
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

try {
  await train(data, out, stop.signal);
} catch (error) {
  if (!stop.signal.aborted) throw error;
  process.stderr.write("\nStopped; nothing was written.\n");
  process.exitCode = 130;
}

async function train(folder: string, file: string, signal: AbortSignal): Promise<void> {
  const corpus = readCorpus(folder, (name, i, count) => {
    process.stderr.write(`Reading ${i + 1}/${count} ${name}\n`);
  });
  process.stderr.write(`${corpus.pairs.length} records, ${corpus.forms.length} words. Choosing the vocabulary …\n`);
  const started = Date.now();
  const model = await trainStaticModel({
    corpus,
    dims: Number(values.dims),
    bits: toBits(values.bits),
    steps: Number(values.steps),
    batch: Number(values.batch),
    learningRate: Number(values.rate),
    threads: Number(values.threads),
    seed: Number(values.seed),
    revision: values.revision,
    signal,
    onVocabulary: ({ tokens, words }) => {
      process.stderr.write(`${words} words and ${tokens.length - words} pieces. Encoding …\n`);
    },
    onStep: createReporter(),
  });
  await writeWhole(file, await encodeStaticModel(model));
  process.stderr.write(`\n${file}: fingerprint ${model.fingerprint}, ${Math.round((Date.now() - started) / 1000)} s\n`);
}

function toBits(text: string): RowBits {
  if (text === "2" || text === "4" || text === "8") return Number(text) as RowBits;
  throw new RangeError(`--bits is 2, 4 or 8, got ${text}.`);
}

/** Reports every 50 steps on one line: mean loss since the last report, seconds left. */
function createReporter(): (progress: StepProgress) => void {
  const EVERY = 50;
  let started = 0;
  let total = 0;
  return ({ step, steps, loss }) => {
    started ||= Date.now();
    total += loss;
    if (step % EVERY && step !== steps) return;
    const left = ((Date.now() - started) / 1000 / step) * (steps - step);
    const end = process.stderr.isTTY ? "\r" : "\n";
    process.stderr.write(
      `step ${step}/${steps}  loss ${(total / (((step - 1) % EVERY) + 1)).toFixed(3)}  ${Math.ceil(left)} s left  ${end}`,
    );
    total = 0;
  };
}

/** Write beside the file and rename, so that it is never there in part. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, bytes);
  await rename(`${file}.part`, file);
}
