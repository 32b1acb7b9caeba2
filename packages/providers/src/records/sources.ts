/** Thunderbird's list of providers' settings. */
export const ISPDB = "https://github.com/thunderbird/autoconfig/blob/master/ispdb";

/** Delta Chat's list of providers, checked by its users. */
export const PROVIDER_DB = "https://github.com/chatmail/provider-db/blob/master/_providers";
