import type { Credentials } from "@mailwright/core";
import { Redactor } from "@mailwright/core/internal";

/** Masks the secrets of one login. Most sessions never need to, and carry no patterns until they do. */
export class SessionRedactor {
  readonly #credentials: Credentials | undefined;
  #redactor: Redactor | undefined;

  constructor(credentials: Credentials | undefined) {
    this.#credentials = credentials;
  }

  text(text: string): string {
    return this.#ready().text(text);
  }

  error(thrown: unknown): Error {
    return this.#ready().error(thrown);
  }

  #ready(): Redactor {
    if (this.#redactor !== undefined) return this.#redactor;
    this.#redactor = new Redactor();
    if (this.#credentials !== undefined) this.#redactor.addCredentials(this.#credentials);
    return this.#redactor;
  }
}
