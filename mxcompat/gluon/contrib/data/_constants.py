"""Constants of the texts."""

#: the token at the end of each sentence
EOS_TOKEN = "<eos>"
