"""Its sole purpose is to write texts of a mebibyte that patterns of accounts could choke on."""

from __future__ import annotations

SIZE = 1 << 20
#: What is repeated: the beginnings of every kind of account, and what stands within.
SEEDS = (
    *(
        "1",
        "3A",
        "bc1q",
        "BC1Q ",
        "0x0a",
        "0x",
        "ltc1",
        "T",
        "r",
        "X",
        "48",
        "addr1",
        "DdzFF",
        "zs1",
    ),
    *("EQA", "UQD-", "q", "u1", "tron T", "solana 9", "GB29 ", "GB29NWBK6016", "DE", "A1 "),
    *("4111 ", "4 ", "4-", "card 5", "12-34-56 ", "12345678 ", "12345678 12-34-56 ", "sort code "),
    *("sort code 12", "@a", "@a ", "$a", "$a-", "cash.app/$", "paypal.me/", "wise.com/pay/me/"),
    *("revolut.me/", "Receiver: ", "Receiver: Ann Other ", "First name: Ann ", "Ann ", "A", "a"),
    *("Western Union to ", "Western Union to Ann Other ", "MTCN ", "MTCN is 123-456-", "AAAA-"),
    *("AAAAA-AAAAA-", "steam AAAAA-", "buy a ", "send steam ", "buy a steam card scratch "),
    *("000201", "00020126000014br.gov.bcb.pix", "bitcoin:", "bitcoin:a?", "bitcoin:a?amount="),
    *("bitcoin:a?b=1&", " ", "\n", ".", "-", "_", "9", "9 ", "e\u0301", "а", "é "),
    *("bitcoin wallet 1 3 bc1 part 1 ", "r dt ", "r dt 1 ", "tag ", "aB3", "aB3 ", "aB3dE6gH9"),
    *("s/c ", "11111111 s/c s/c s/c s/c ", "sort code sort code 1", "Ria ", "Ria to ", "w", "www."),
    *("re", "Money gram for ", "first name: ", "$A_", "AAAA AAAA", "western union ", "c", "b"),
    f"bitcoin:a?{'b=1&' * 49}",
)


def texts() -> dict[str, str]:
    """Give the texts by what is repeated in them."""
    return {seed: (seed * (SIZE // len(seed) + 1))[:SIZE] for seed in SEEDS}
