package org.residuum.cli.prediction;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.function.Function;
import org.residuum.cli.text.CommandFailure;
import org.residuum.text.Printable;

/** The names of a part's inputs, in their order. */
final class Names {
  private final MessageDigest digest;
  private String first;
  private String last;
  private long count;

  Names() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void add(String name) {
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    first = count == 0 ? name : first;
    last = name;
    count++;
  }

  long count() {
    return count;
  }

  /** What a manifest says of them; they begin anew. */
  Manifest.Part part(long failed, long bytes, long errorBytes) {
    String names = HexFormat.of().formatHex(digest.digest());
    Manifest.Part part = new Manifest.Part(count, failed, first, last, names, bytes, errorBytes);
    count = 0;
    return part;
  }

  /**
   * Takes the inputs of a part.
   *
   * @throws CommandFailure where they are others
   */
  static <T> void requireSame(
      Iterator<T> items, Function<? super T, String> name, Manifest.Part part, int number) {
    Names names = new Names();
    while (names.count < part.rows() && items.hasNext()) {
      names.add(name.apply(items.next()));
    }
    if (names.count < part.rows() || !names.part(0, 0, 0).names().equals(part.names())) {
      throw CommandFailure.failed(
          "--resume: the inputs of part %d are others than before: %s there were, %s to %s, now %s"
                  .formatted(
                      number,
                      part.rows(),
                      Printable.name(part.first()),
                      Printable.name(part.last()),
                      names.first == null
                          ? "none"
                          : Printable.name(names.first) + " to " + Printable.name(names.last))
              + "; give the same, or begin again without --resume");
    }
  }
}
