"""Search: how text and names are folded, kept beside the answers, and found again.

`folding` and `likeness` decide what is alike, `index` what is kept, `names` and `texts` what is
found, `stopping` when a search gives up. The only home of anyascii and rapidfuzz.

Source: storage-security.md section 9.
"""
