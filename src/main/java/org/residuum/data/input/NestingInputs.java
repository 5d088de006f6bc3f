package org.residuum.data.input;

import java.io.IOException;

/** Pictures, and sources of pictures between them, of which one at a time is open. */
abstract class NestingInputs implements PictureInputs {
  private PictureInputs nested;
  private long given;

  /** The next picture; null after {@link #enter}, and where there are no more. */
  abstract PictureInput step() throws IOException;

  /** Gives the pictures of another source next. */
  final void enter(PictureInputs source) {
    nested = source;
  }

  /** How many pictures there were so far. */
  final long given() {
    return given;
  }

  @Override
  public PictureInput next() throws IOException {
    PictureInput input;
    do {
      input = nested == null ? null : nested.next();
      if (input == null) {
        leave();
        input = step();
      }
    } while (input == null && nested != null);
    given += input == null ? 0 : 1;
    return input;
  }

  @Override
  public final long skip(long pictures) throws IOException {
    long before = given;
    boolean more = true;
    while (more && given - before < pictures) {
      long some = nested == null ? 0 : nested.skip(pictures - (given - before));
      given += some;
      if (given - before < pictures) { // The nested one is at its end.
        leave();
        boolean one = step() != null;
        given += one ? 1 : 0;
        more = one || nested != null;
      }
    }
    return given - before;
  }

  private void leave() throws IOException {
    PictureInputs ended = nested;
    nested = null;
    if (ended != null) {
      ended.close();
    }
  }

  @Override
  public void close() throws IOException {
    leave();
  }
}
