"""The examiner: a report in, a finding and its campaign out."""
