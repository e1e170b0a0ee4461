/**
 * Stands in for `webrtc-adapter`, which PeerJS brings along to even out browsers older than any that can be a cell; all
 * that PeerJS reads of it is which browser this is, to print it.
 */
export default { browserDetails: { browser: 'any', version: 0 } };
