import { findProvider, type Provider, providers } from "@mailwright/providers";

const provider: Provider | undefined = findProvider("ada@gmail.com");
const host: string | undefined = provider?.imap?.host;
console.log(host, provider?.limits.maxRecipients, providers.length);
