package org.residuum.data.prepare;

import java.io.IOException;
import org.residuum.data.Picture;

/** A data set that has its pictures as they were before they were fitted to one size, too. */
public interface Originals {
  /**
   * A part of such a picture, upright, with the channels of the data set, 255 the full intensity.
   *
   * @param part says for its height and width which; it may be asked more than once
   */
  Picture original(int index, Fitting.Rule part) throws IOException;
}
