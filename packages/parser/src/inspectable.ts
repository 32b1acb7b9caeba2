const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Of node:util, which need not be there: it hands itself to those that have a say in how they are shown. */
type Inspect = (value: unknown, options: object) => string;

/**
 * Lets `util.inspect`, and so `console.log`, show objects with this prototype as `name` and what `describe` answers.
 * For constructors: a class that did this while it is defined stays in bundles that make no use of it, and a member with
 * this symbol for a name cannot be declared with isolated declarations.
 */
export function showAs<T extends object>(
  prototype: object,
  name: string,
  describe: (shown: T) => unknown,
): void {
  if (Object.hasOwn(prototype, INSPECT)) return;
  Object.defineProperty(prototype, INSPECT, {
    value(this: T, depth: number, options: object, inspect: Inspect): string {
      return depth < 0 ? `[${name}]` : `${name} ${inspect(describe(this), options)}`;
    },
    configurable: true,
    writable: true,
  });
}
