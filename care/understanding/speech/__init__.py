"""Speech in, text out: decoding, voice activity, recognition; no sound touches a file or the network."""
