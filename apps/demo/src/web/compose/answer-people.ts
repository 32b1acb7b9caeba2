import type { Message } from "../api/answers.js";
import type { Person } from "../drafts/draft-values.js";

/** Whom an answer goes to. */
export interface AnswerPeople {
  readonly to: Person[];
  readonly cc: Person[];
}

type Parent = Pick<Message, "fromName" | "fromAddress" | "recipients">;

interface AnswerOptions {
  readonly toAll: boolean;
  /** The addresses of the reader's accounts. */
  readonly own: readonly string[];
  /** Where the mailing list takes messages, when the message came by one (`List-Post`, RFC 2369 §3.4). */
  readonly listPost?: string | undefined;
}

/**
 * Whom an answer goes to. Nobody is named twice, and the reader is not named at all, unless they have only
 * written to themselves. An answer to what the reader sent goes on to whom it was sent.
 */
export function answerPeople(parent: Parent, { toAll, own, listPost }: AnswerOptions): AnswerPeople {
  const { to, cc } = parent.recipients;
  const author = { name: parent.fromName, address: parent.fromAddress };
  const isOwn = ({ address }: Person): boolean => own.some((one) => isSame(one, address));
  const first = isOwn(author) && to.length > 0 ? to : repliesTo(parent, author, listPost);
  const list = listPost === undefined ? [] : [{ name: "", address: listPost }];
  const others = toAll ? [...(first === to ? [] : to), ...cc, ...list] : [];
  const isOnlyOwn = [...first, ...others].every(isOwn);
  const keep = (person: Person): boolean => person.address !== "" && (isOnlyOwn || !isOwn(person));
  const chosen = unique(first.filter(keep));
  const rest = unique(others.filter(keep)).filter(({ address }) => !has(chosen, address));
  // Everybody whom it would go to was the reader: those beside them come first then.
  return chosen.length === 0 ? { to: rest, cc: [] } : { to: chosen, cc: rest };
}

/**
 * Where the author wants answers. A list that put its own address there did so for everybody: an answer to the author goes to
 * the author still.
 */
function repliesTo(parent: Parent, author: Person, listPost: string | undefined): readonly Person[] {
  const wanted = parent.recipients.replyTo.filter(({ address }) => address !== "");
  const isOfList = listPost !== undefined && wanted.every(({ address }) => isSame(address, listPost));
  return wanted.length === 0 || isOfList ? [author] : wanted;
}

/** The address of a `List-Post` field; `undefined` where there is none, or the list takes no messages. */
export function listPostIn(fields: readonly { readonly name: string; readonly value: string }[]) {
  const field = fields.find(({ name }) => name.toLowerCase() === "list-post");
  const address = /<mailto:([^>?]+)/i.exec(field?.value ?? "")?.[1];
  try {
    return address === undefined ? undefined : decodeURIComponent(address);
  } catch {
    return undefined;
  }
}

function unique(people: readonly Person[]): Person[] {
  return people
    .filter(({ address }, index) => people.findIndex((one) => isSame(one.address, address)) === index)
    .map(({ name, address }) => ({ name, address }));
}

function has(people: readonly Person[], address: string): boolean {
  return people.some((one) => isSame(one.address, address));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
