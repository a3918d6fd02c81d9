"""The answer: a finding in, a reply out, or the reason why there is none."""
