"""What a township works with: team (专班), plan (方案), start-up money (启动资金)."""
