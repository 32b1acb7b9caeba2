/** A place in a {@link LinkedList}. Made once per value and used again, so that moving about allocates nothing. */
export class LinkedNode<T> {
  readonly value: T;
  before: LinkedNode<T> | undefined;
  after: LinkedNode<T> | undefined;
  list: LinkedList<T> | undefined;

  constructor(value: T) {
    this.value = value;
  }
}

/** A line of values that anyone may leave from anywhere in constant time; arrays and sets cannot do that. */
export class LinkedList<T> implements Iterable<T> {
  first: LinkedNode<T> | undefined;
  last: LinkedNode<T> | undefined;
  size = 0;

  /** Puts a node at the end, unless it stands in a list already. */
  append(node: LinkedNode<T>): void {
    if (node.list !== undefined) return;
    node.list = this;
    node.before = this.last;
    if (this.last === undefined) this.first = node;
    else this.last.after = node;
    this.last = node;
    this.size += 1;
  }

  /** Takes a node out; `false` when it does not stand in this list. */
  remove(node: LinkedNode<T>): boolean {
    if (node.list !== this) return false;
    const { before, after } = node;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    node.list = undefined;
    node.before = undefined;
    node.after = undefined;
    this.size -= 1;
    return true;
  }

  /** The values from first to last. Whoever changes the list meanwhile copies them first. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let node = this.first; node !== undefined; node = node.after) yield node.value;
  }
}
