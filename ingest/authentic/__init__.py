"""Who really sent a mail: header block, SPF, DKIM, DMARC, and what a mail server says of them."""
