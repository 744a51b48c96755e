import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { SortOrder } from "../core/search.ts";
import type { ConfigContext } from "./config.ts";
import type { TerminalOptions } from "./terminal.ts";

/** Flags of every command, as commander hands them over. */
export interface CommonFlags extends TerminalOptions {
  readonly config?: string;
}

/** Name of a command. */
export type CommandName = ConfigContext["command"];

/** Options of {@link addCommonOptions}. */
export interface CommonOptions {
  /** Whether `--json` may name a file to write to, beside the usual output. Default false. */
  readonly jsonFile?: boolean;
}

/** Add the flags that every command has; call it last, so that they close the help. */
export function addCommonOptions(command: Command, { jsonFile = false }: CommonOptions = {}): Command {
  const json = "write one JSON document to standard output, and nothing else";
  return command
    .option("-c, --config <file>", "config file (default: semantic-search.config.{ts,js,mjs,json})")
    .option(jsonFile ? "--json [file]" : "--json", jsonFile ? `${json}; or to a file` : json)
    .option("-q, --quiet", "no progress, no summary, no hints")
    .option("--no-color", "no colours; NO_COLOR=1 does the same");
}

/** A switch that can also be turned off, so that it can override a config file: `--name` and a hidden `--no-name`. */
export function addSwitch(command: Command, name: string, description: string): Command {
  return command
    .addOption(new Option(`--${name}`, description))
    .addOption(new Option(`--no-${name}`, `the opposite of --${name}`).hideHelp());
}

/** Collect a flag that may be given several times into a list. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** A parser of whole numbers from `least` to `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected a whole number${range(least, most)}.`);
  };
}

/**
 * A model's name as it is, or its path made absolute: what is there is a path, though a name on the hub looks like one,
 * and so is what ends in .bin.
 */
export function modelName(name: string, base: string): string {
  const path = resolve(base, name);
  return existsSync(path) || /^\.{1,2}[/\\]|\.bin$/.test(name) ? path : name;
}

/** A parser of shares, 0–1. */
export function share(value: string): number {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError("Expected a number from 0 to 1.");
}

/** A parser of sort keys: `name`, `name:asc` or `name:desc`. */
export function sortOrder(value: string): SortOrder {
  const [, by = value, order = "asc"] = /^(.*):(asc|desc)$/.exec(value) ?? [];
  if (by === "") throw new InvalidArgumentError("Expected name, name:asc or name:desc.");
  return { by, order: order === "desc" ? "descending" : "ascending" };
}

/** Collect `name=value` flags into values by name. */
export function collectPair(
  pair: string,
  previous: Readonly<Record<string, readonly string[]>> | undefined,
): Record<string, readonly string[]> {
  const equals = pair.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("Expected name=value.");
  const name = pair.slice(0, equals);
  return { ...previous, [name]: [...(previous?.[name] ?? []), pair.slice(equals + 1)] };
}

/** A copy without the keys whose value is undefined, so that spreading it overrides only what was given. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** What {@link given} leaves: keys may be missing, but none is undefined. */
export type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function range(least: number, most: number): string {
  return most === Number.MAX_SAFE_INTEGER ? `, ${least} or more` : ` from ${least} to ${most}`;
}
