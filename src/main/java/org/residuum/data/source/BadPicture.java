package org.residuum.data.source;

import org.residuum.data.Dataset;

/** What to do about a picture that cannot be decoded. */
public enum BadPicture {
  /** Leave it out; {@link Dataset#skipped()} lists them all. */
  SKIP,
  /** Stop with an error that names it. */
  FAIL
}
