package org.residuum.data;

import java.util.List;
import org.residuum.network.Shape;

/**
 * Labelled examples with random access. Every method may be called from several threads at once.
 */
public sealed interface Dataset permits ImageDataset, VectorDataset {
  /** The name for messages and reports, for example {@code mnist}. */
  String name();

  /** The number of examples. */
  int size();

  /** The logical shape of one example: {@code (C, H, W)} for images, {@code (F)} for vectors. */
  Shape exampleShape();

  /** The name of each class; a label is an index into this list. */
  List<String> labels();

  /** The class of an example, from 0 to {@code labels().size() - 1}. */
  int label(int index);

  /** What to call an example in messages: its file, or its number from 1. */
  default String exampleName(int index) {
    return name() + " example " + (index + 1);
  }

  /** Each file left out as undecodable, and each folder as unreadable. */
  default List<SkippedFile> skipped() {
    return List.of();
  }
}
