/** One argument of a command on its way out; ImapFlow quotes it or makes it a literal. */
export type WireArgument =
  | {
      readonly type: "ATOM" | "STRING" | "SEQUENCE" | "TEXT";
      readonly value: string;
      readonly sensitive?: true;
    }
  | {
      readonly type: "ATOM";
      readonly value: string;
      readonly section: readonly WireArgument[];
      readonly partial?: readonly number[] | undefined;
    }
  | { readonly type: "LITERAL"; readonly value: Buffer }
  | null
  | readonly WireArgument[];

type Word<Type extends string> = { readonly type: Type; readonly value: string };

/** A word that goes out as it is. */
export function atom(value: string): Word<"ATOM"> {
  return { type: "ATOM", value };
}

/** A string, quoted where that is needed. */
export function quoted(value: string): Word<"STRING"> {
  return { type: "STRING", value };
}

/** A set of UIDs or sequence numbers: `1:3,7`. */
export function numberSet(value: string): Word<"SEQUENCE"> {
  return { type: "SEQUENCE", value };
}

/** Octets that no quoted string may hold. */
export function literal(value: Buffer): { readonly type: "LITERAL"; readonly value: Buffer } {
  return { type: "LITERAL", value };
}
