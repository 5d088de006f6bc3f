package org.residuum.data.decode.reader;

import java.io.IOException;

/** A picture file that is not decoded although it may be sound, and what helps. */
public final class RefusedPictureException extends IOException {
  private static final long serialVersionUID = 1;

  private final String remedy;

  public RefusedPictureException(String reason, String remedy) {
    super(reason);
    this.remedy = remedy;
  }

  /** A kind of picture that is recognised and not read. */
  public static RefusedPictureException notRead(String kind) {
    return new RefusedPictureException(kind + " is not read", "convert it to PNG or JPEG");
  }

  /** The same of a TIFF with such a property. */
  public static RefusedPictureException tiffWith(String property) {
    return notRead("TIFF with " + property);
  }

  public String remedy() {
    return remedy;
  }
}
