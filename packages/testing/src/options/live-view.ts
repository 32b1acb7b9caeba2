/**
 * An object whose members are those of whatever `current` gives at the moment: what was handed out keeps up with
 * options that change.
 */
export function liveView<T extends object>(current: () => T): T {
  // An empty target, because a proxy has to repeat what a frozen one holds.
  const target: T = Object.create(null);
  return new Proxy(target, { get: (_, name) => Reflect.get(current(), name) });
}
