import { type Liquid, LiquidError, type Template as ParsedTemplate } from "liquidjs";
import { htmlEngine, textEngine } from "./template-engine.js";

/** What a template consists of; `null` where it has no such part. */
export interface TemplateSource {
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
}

/** A template with values put in. */
export interface RenderedTemplate extends TemplateSource {
  /** What it asks for and was not given, as paths; in their places stand their names in brackets. */
  readonly missing: readonly string[];
}

/** A template that is wrong, or does what none may: where, and in words for its author. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly part: keyof TemplateSource;

  constructor(part: keyof TemplateSource, message: string) {
    super(message);
    this.part = part;
  }
}

type Values = Readonly<Record<string, unknown>>;

const PARTS = ["subject", "text", "html"] as const;
const MAX_MISSING = 100;
/** A line of a header has no ends of lines, and no other control characters. */
const CONTROLS = /\p{Cc}/u;

/** Throws {@link TemplateError} for the first part that cannot be read. */
export function checkTemplate(source: TemplateSource): void {
  for (const part of PARTS) parse(part, source[part] ?? "");
}

/**
 * Puts values into a template. Throws {@link TemplateError} for one that cannot be read, that takes too long or too much, and
 * for a subject of more than one line.
 */
export function renderTemplate(source: TemplateSource, values: Values): RenderedTemplate {
  const missing = new Set<string>();
  const fill = (part: keyof TemplateSource): string | null => {
    const text = source[part];
    return text === null ? null : renderPart(part, text, values, missing);
  };
  const subject = fill("subject") ?? "";
  if (CONTROLS.test(subject)) throw new TemplateError("subject", "The subject must be one line");
  return { subject, text: fill("text"), html: fill("html"), missing: [...missing].sort() };
}

function renderPart(part: keyof TemplateSource, text: string, values: Values, missing: Set<string>): string {
  const templates = parse(part, text);
  const scope: Record<string, unknown> = structuredClone({ ...values });
  const ours = new Set<string>();
  for (;;) {
    try {
      return String(engineOf(part).renderSync(templates, scope));
    } catch (error) {
      const path = missingPath(error);
      if (path === undefined) throw toTemplateError(part, error);
      // A value of a loop, say, which none from outside takes the place of.
      const isStuck = ours.has(path) || ours.size === MAX_MISSING;
      ours.add(path);
      missing.add(path);
      // "user" was asked for because of "user.name".
      for (const known of [...missing]) if (path.startsWith(`${known}.`)) missing.delete(known);
      if (isStuck) return renderLeniently(part, templates, scope);
      place(scope, path.split("."), `[${path}]`);
    }
  }
}

function renderLeniently(part: keyof TemplateSource, templates: ParsedTemplate[], scope: Values): string {
  try {
    return String(engineOf(part).renderSync(templates, { ...scope }, { strictVariables: false }));
  } catch (error) {
    throw toTemplateError(part, error);
  }
}

function parse(part: keyof TemplateSource, text: string): ParsedTemplate[] {
  try {
    return engineOf(part).parse(text);
  } catch (error) {
    throw toTemplateError(part, error);
  }
}

function engineOf(part: keyof TemplateSource): Liquid {
  return part === "html" ? htmlEngine : textEngine;
}

function missingPath(error: unknown): string | undefined {
  if (!LiquidError.is(error) || error.name !== "UndefinedVariableError") return undefined;
  return /^undefined variable: (.+), line:\d+, col:\d+$/m.exec(error.message)?.[1];
}

function toTemplateError(part: keyof TemplateSource, error: unknown): TemplateError {
  const words = LiquidError.is(error) ? error.message : "The template cannot be rendered";
  return new TemplateError(part, words.slice(0, 500));
}

/** Puts a value at a path, with objects on the way; only what is the object's own counts as there. */
function place(scope: Record<string, unknown>, path: readonly string[], value: string): void {
  let target = scope;
  for (const [index, name] of path.entries()) {
    const isLast = index === path.length - 1;
    const found: unknown = Object.hasOwn(target, name) ? target[name] : undefined;
    const next = isLast ? value : isRecord(found) ? found : {};
    Object.defineProperty(target, name, {
      value: next,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    if (isRecord(next)) target = next;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
