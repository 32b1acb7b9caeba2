import { MailError } from "../errors/mail-error.js";
import { type OptionContext, requireKnownNames } from "./known-names.js";

/** Limits as callers give them: each may be left out, or be there and `undefined`. */
export type GivenLimits<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** What holds for a set of limits beside their defaults. */
export interface LimitRules<Name extends string> extends OptionContext {
  /** The least that all, or each, may be. @defaultValue 1 */
  readonly least?: number | Readonly<Partial<Record<Name, number>>> | undefined;
  /** Those that may be `Infinity`, for none at all. @defaultValue those that are by default */
  readonly unbounded?: "all" | readonly Name[] | undefined;
}

/**
 * The given limits over the defaults; a name that is there and `undefined` means its default. Throws
 * `"invalid-argument"` for a name that is not known, suggesting the right one, for what is no number, too
 * small, or infinite where it must not be, and for a fraction, unless it is a time (`…Ms`). Switches are
 * checked to be `true` or `false`.
 */
export function resolveLimits<T extends { readonly [Name in keyof T]: number | boolean }>(
  defaults: T,
  given: GivenLimits<T> | undefined,
  rules: LimitRules<keyof T & string>,
): T {
  const resolved = { ...defaults };
  if (given === undefined) return resolved;
  requireKnownNames(given, Object.keys(defaults), rules);
  for (const name in defaults) {
    const value = given[name];
    if (value === undefined) continue;
    const problem =
      typeof defaults[name] === "boolean"
        ? typeof value !== "boolean" && "must be true or false"
        : numberProblem(name, value, defaults[name], rules);
    if (problem !== false) {
      const message = `${rules.option}.${name} ${problem}, not ${shown(value)}`;
      throw new MailError(message, { code: "invalid-argument", protocol: rules.protocol });
    }
    resolved[name] = value;
  }
  return resolved;
}

function numberProblem<Name extends string>(
  name: Name,
  value: unknown,
  byDefault: unknown,
  { least = 1, unbounded }: LimitRules<Name>,
): string | false {
  const lowest = typeof least === "number" ? least : (least[name] ?? 1);
  const isTime = name.endsWith("Ms");
  const kind = isTime ? "a number of milliseconds" : "a whole number";
  const mayBeInfinite =
    unbounded === undefined
      ? byDefault === Number.POSITIVE_INFINITY
      : unbounded === "all" || unbounded.includes(name);
  const range = `must be ${kind} and at least ${lowest}${mayBeInfinite ? ", or Infinity" : ""}`;
  if (typeof value !== "number" || Number.isNaN(value) || value < lowest) return range;
  if (value === Number.POSITIVE_INFINITY) return mayBeInfinite ? false : range;
  return isTime || Number.isInteger(value) ? false : range;
}

/** A limit that is none may be anything; what is long or has parts is not repeated in an error. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  return typeof value === "object" || typeof value === "function" ? `a ${typeof value}` : String(value);
}
