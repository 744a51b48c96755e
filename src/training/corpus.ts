import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { splitRuns, toWord, type Word } from "../embed/tokenizer.ts";

/** Stands between two sentences in {@link Corpus.forms}. */
export const SENTENCE_END = 0;

const SENTENCE = /(?<=[.!?])\s+/;

/**
 * Text to train on, cut into words once. A record is a chunk (title, heading, text) or a pair (query, nothing, text);
 * its words are `forms[bounds[4i] … bounds[4i + 3]]`: title or query up to `bounds[4i + 1]`, heading up to
 * `bounds[4i + 2]`, then the text.
 */
export interface Corpus {
  /** Distinct words in the order of their first appearance; number 0 is {@link SENTENCE_END}. */
  readonly words: readonly Word[];
  /** Numbers into `words`. */
  readonly forms: Uint32Array;
  readonly bounds: Uint32Array;
  /** 1 where a record is a pair. */
  readonly pairs: Uint8Array;
  /** Number of the document that a record comes from. */
  readonly documents: Uint32Array;
  /** Files, each with its half-open range of records. */
  readonly sources: readonly Source[];
}

/** A file of the corpus. */
export interface Source {
  /** File name without `.tsv`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Read every `*.tsv` of a folder, in the order of their names. Lines are `C  docid  title  heading  text` or
 * `P  docid  query  text`, tab-separated; others are passed over.
 * Takes about a second and 10 MB of memory for 5 MB of text.
 *
 * @param onFile Called before each file with its name and the number of files.
 */
export function readCorpus(
  folder: string,
  onFile: (name: string, index: number, count: number) => void = () => {},
): Corpus {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".tsv"))
    .sort();
  const builder = new CorpusBuilder();
  files.forEach((file, i) => {
    onFile(file, i, files.length);
    builder.addSource(basename(file, ".tsv"), readFileSync(join(folder, file), "utf8"));
  });
  return builder.finish();
}

/** Collects records; {@link readCorpus} is the usual way. */
export class CorpusBuilder {
  readonly #words: Word[] = [{ whole: "", parts: [] }];
  readonly #formOfRun = new Map<string, number>();
  readonly #documentNumbers = new Map<string, number>();
  readonly #forms = new GrowingArray();
  readonly #bounds = new GrowingArray();
  readonly #documents = new GrowingArray();
  readonly #pairs = new GrowingArray();
  readonly #sources: Source[] = [];

  /** @param text The lines of a file. */
  addSource(name: string, text: string): void {
    const start = this.#pairs.length;
    for (const line of text.split("\n")) this.#addLine(name, line.split("\t"));
    this.#sources.push({ name, start, end: this.#pairs.length });
  }

  finish(): Corpus {
    return {
      words: this.#words,
      forms: this.#forms.finish(),
      bounds: this.#bounds.finish(),
      pairs: Uint8Array.from(this.#pairs.finish()),
      documents: this.#documents.finish(),
      sources: this.#sources,
    };
  }

  #addLine(source: string, [kind, document = "", ...fields]: readonly string[]): void {
    if (kind === "C" && fields.length === 3) this.#addRecord(`${source}\t${document}`, fields);
    if (kind === "P" && fields.length === 2)
      this.#addRecord(`${source}\t${document}`, [fields[0] ?? "", "", fields[1] ?? ""], 1);
  }

  #addRecord(document: string, [title = "", heading = "", text = ""]: readonly string[], pair = 0): void {
    this.#bounds.push(this.#forms.length);
    this.#addText(title);
    this.#bounds.push(this.#forms.length);
    this.#addText(heading);
    this.#bounds.push(this.#forms.length);
    for (const sentence of text.split(SENTENCE)) {
      this.#addText(sentence);
      this.#forms.push(SENTENCE_END);
    }
    this.#bounds.push(this.#forms.length);
    this.#pairs.push(pair);
    this.#documents.push(this.#numberOf(document));
  }

  #addText(text: string): void {
    for (const run of splitRuns(text)) {
      const form = this.#formOfRun.get(run) ?? this.#addRun(run);
      if (form !== SENTENCE_END) this.#forms.push(form);
    }
  }

  #addRun(run: string): number {
    const word = toWord(run);
    const form = word.whole === "" ? SENTENCE_END : this.#words.push(word) - 1;
    // A copy: the run itself would keep the whole file's text in memory.
    this.#formOfRun.set(Buffer.from(run).toString(), form);
    return form;
  }

  #numberOf(document: string): number {
    const known = this.#documentNumbers.get(document);
    if (known !== undefined) return known;
    this.#documentNumbers.set(document, this.#documentNumbers.size);
    return this.#documentNumbers.size - 1;
  }
}

/** Unsigned numbers, appended one by one. */
export class GrowingArray {
  #values = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  finish(): Uint32Array {
    return this.#values.slice(0, this.#length);
  }
}
