import type { ValidationProblem } from "@mailwright/core";
import { type AddressProblem, isAddressProblem, type ParsedAddress, parseAddress } from "./parse-address.js";

/** Collects what is wrong with a message, so that the caller learns all of it at once. */
export class ProblemList {
  readonly problems: ValidationProblem[] = [];

  add(path: string, code: string, message: string): void {
    this.problems.push({ path, code, message: `${path} ${message}` });
  }

  /** Reads an address; what is wrong with it goes on the list. */
  address(path: string, text: unknown, allowLocalDomains: boolean): ParsedAddress | undefined {
    const parsed: ParsedAddress | AddressProblem = parseAddress(text, { allowLocalDomains });
    if (!isAddressProblem(parsed)) return parsed;
    this.add(path, parsed.code, parsed.message);
    return undefined;
  }

  /** Text that goes into a header field: no line break and no NUL may be in it. */
  headerText(path: string, text: unknown): text is string {
    if (typeof text !== "string") {
      this.add(path, "header-value", "is not a string");
      return false;
    }
    if (/[\r\n\0]/.test(text)) {
      this.add(path, "header-value", "holds a line break or NUL");
      return false;
    }
    return true;
  }
}
