/**
 * offers owns links by texts that somebody else carries: the peer connections, the tab's certificate, and which addresses
 * are said when. Whoever carries the texts is trusted with nothing.
 */
export { carriedDials } from './carried.ts';
export { tabCertificate } from './certificate.ts';
export { EarlyDial } from './early-dial.ts';
export { Offers } from './offers.ts';
