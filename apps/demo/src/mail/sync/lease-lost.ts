import { channel } from "node:diagnostics_channel";

/** Told whenever this process finds that another one has taken an account over; for who counts it. */
export const leaseLost = channel("mailwright:demo:lease-lost");
