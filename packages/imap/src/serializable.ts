/**
 * Lets `JSON.stringify` take an answer that holds what JSON has no form for: figures of 64 bits become
 * decimal strings, sets become lists, maps become objects. Not enumerable, so that a comparison, a copy or
 * a printed answer shows nothing of it.
 */
export function serializable<T extends object>(answer: T): T {
  return Object.defineProperty(answer, "toJSON", TO_JSON);
}

const TO_JSON: PropertyDescriptor & ThisType<object> = {
  configurable: true,
  value() {
    return Object.fromEntries(Object.entries(this).map(([name, value]) => [name, toJsonValue(value)]));
  },
};

function toJsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Set) return [...value];
  return value instanceof Map ? Object.fromEntries(value) : value;
}
