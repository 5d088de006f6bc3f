package org.residuum.backend.cuda.cases.mutation;

/** Changes of branches, loops, guards, barriers and shuffles. */
final class Control {
  private Control() {}

  static void of(EntryText entry, PtxLine line, Sink sink) {
    switch (line.name()) {
      case "bra" -> branch(entry, line, sink);
      case "bar", "barrier", "membar", "fence" -> sink.add(MutationKind.BARRIER);
      case "shfl" -> shuffle(line, sink);
      case "add", "sub" -> {
        if (line.operand(0).equals(line.operand(1)) && entry.inLoop(line) && !line.isFloat()) {
          sink.add(MutationKind.ENDLESS);
        }
        guard(line, sink);
      }
      default -> guard(line, sink);
    }
  }

  private static void branch(EntryText entry, PtxLine line, Sink sink) {
    if (entry.goesBack(line)) {
      sink.add(MutationKind.SINGLE);
      if (!line.guard().isEmpty()) {
        sink.add(MutationKind.ENDLESS, line.withGuard("").text());
        sink.add(MutationKind.PREDICATE, line.withGuard(negated(line)).text());
      }
    } else if (!line.guard().isEmpty()) {
      sink.add(MutationKind.PREDICATE, line.withGuard("").text());
      sink.add(MutationKind.PREDICATE, line.withGuard(negated(line)).text());
      sink.add(MutationKind.PREDICATE);
    }
  }

  private static String negated(PtxLine line) {
    return line.guard().startsWith("@!")
        ? "@" + line.guard().substring(2)
        : "@!" + line.guard().substring(1);
  }

  private static void guard(PtxLine line, Sink sink) {
    if (!line.guard().isEmpty()) {
      sink.add(MutationKind.PREDICATE, line.withGuard("").text());
      sink.add(MutationKind.PREDICATE, line.withGuard(negated(line)).text());
      sink.add(MutationKind.PREDICATE);
    }
  }

  /** {@code shfl.sync.bfly.b32 d|p, a, distance, clamp, members}. */
  private static void shuffle(PtxLine line, Sink sink) {
    sink.add(MutationKind.SHUFFLE, line.withOpcode("shfl.sync.down.b32").text());
    if (line.constant(2)) {
      int distance = Integer.parseInt(line.operand(2));
      sink.add(MutationKind.SHUFFLE, line.with(2, Integer.toString(distance * 2)).text());
      sink.add(MutationKind.SHUFFLE, line.with(2, Integer.toString(distance - 1)).text());
    } else {
      sink.add(
          MutationKind.SHUFFLE,
          line.instead("add.s32", "%mr0", line.operand(2), "1"),
          line.with(2, "%mr0").text());
      sink.add(
          MutationKind.SHUFFLE,
          line.instead("shr.u32", "%mr0", line.operand(2), "1"),
          line.with(2, "%mr0").text());
      sink.add(
          MutationKind.SHUFFLE,
          line.instead("shl.b32", "%mr0", line.operand(2), "1"),
          line.with(2, "%mr0").text());
    }
  }
}
