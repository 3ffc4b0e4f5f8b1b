"""The voice of the offline service: voice activity, speech to text and text to speech, on this machine's processor.

Start with `ladder.choose`, which says what this machine can do. Everything recognises and speaks English.
"""
