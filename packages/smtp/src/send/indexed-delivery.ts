import type { DeliveryResult } from "@mailwright/core";
import { SettledDelivery } from "./settled-delivery.js";

/** A result with the place of its message in the iterable, 0 for the first. */
export type IndexedDeliveryResult = DeliveryResult & { readonly index: number };

/** An {@link IndexedDeliveryResult} of its own: sends with the same key share one result. */
export class IndexedDelivery extends SettledDelivery implements IndexedDeliveryResult {
  readonly index: number;

  constructor(result: DeliveryResult, index: number) {
    super(result);
    this.index = index;
  }

  override toJSON(): Record<string, unknown> {
    return { index: this.index, ...super.toJSON() };
  }
}
