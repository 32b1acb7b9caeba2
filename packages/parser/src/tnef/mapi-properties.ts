const MAX_PROPERTIES = 10_000;
const MULTI_VALUED = 0x1000;
const NAMED = 0x8000;

/** Sizes of the values that have a fixed one, padded to four bytes, by property type (MS-OXCDATA §2.11.1). */
const FIXED_SIZES: ReadonlyMap<number, number> = new Map([
  [0x02, 4],
  [0x03, 4],
  [0x04, 4],
  [0x05, 8],
  [0x06, 8],
  [0x07, 8],
  [0x0a, 4],
  [0x0b, 4],
  [0x14, 8],
  [0x40, 8],
  [0x48, 16],
]);
const STRING8 = 0x1e;
const UNICODE = 0x1f;
const OBJECT = 0x0d;
const BINARY = 0x102;
const INTERFACE_ID_BYTES = 16;

/**
 * Reads the text and binary values of a MAPI property list in TNEF (MS-OXTNEF §2.1.3.4) by property identifier, and
 * stops where it is damaged.
 */
export function readMapiProperties(data: Buffer): ReadonlyMap<number, Buffer | string> {
  const properties = new Map<number, Buffer | string>();
  if (data.length < 4) return properties;
  const count = Math.min(data.readUInt32LE(0), MAX_PROPERTIES);
  let at = 4;
  for (let index = 0; index < count && at + 4 <= data.length; index++) {
    const type = data.readUInt16LE(at) & ~MULTI_VALUED;
    const isMulti = (data.readUInt16LE(at) & MULTI_VALUED) !== 0;
    const id = data.readUInt16LE(at + 2);
    at = id >= NAMED ? skipName(data, at + 4) : at + 4;
    const fixed = FIXED_SIZES.get(type);
    if (fixed !== undefined && !isMulti) {
      at += fixed;
      continue;
    }
    if (at + 4 > data.length) break;
    const values = data.readUInt32LE(at);
    at += 4;
    for (let value = 0; value < values && at < data.length; value++) {
      if (fixed !== undefined) {
        at += fixed;
        continue;
      }
      if (at + 4 > data.length) return properties;
      const length = data.readUInt32LE(at);
      const bytes = data.subarray(at + 4, at + 4 + length);
      if (bytes.length < length) return properties;
      if (value === 0) setValue(properties, id, type, bytes);
      at += 4 + Math.ceil(length / 4) * 4;
    }
  }
  return properties;
}

function setValue(properties: Map<number, Buffer | string>, id: number, type: number, bytes: Buffer): void {
  if (type === UNICODE) properties.set(id, bytes.toString("utf16le"));
  else if (type === STRING8) properties.set(id, bytes.toString("latin1"));
  else if (type === BINARY) properties.set(id, bytes);
  else if (type === OBJECT) properties.set(id, bytes.subarray(INTERFACE_ID_BYTES));
}

/** A named property carries its GUID, and a number or a name. */
function skipName(data: Buffer, start: number): number {
  const kindAt = start + 16;
  if (kindAt + 8 > data.length) return data.length;
  const isText = data.readUInt32LE(kindAt) === 1;
  const number = data.readUInt32LE(kindAt + 4);
  return kindAt + 8 + (isText ? Math.ceil(number / 4) * 4 : 0);
}
