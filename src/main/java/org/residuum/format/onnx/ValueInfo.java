package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.List;
import org.residuum.format.FormatException;

/**
 * Name and type of a graph's input or output.
 *
 * @param type null where it is no tensor
 * @param extents null where the file states none; {@link #SYMBOLIC} for a free one: named, -1 or
 *     without a number
 */
record ValueInfo(String name, DataType type, List<Long> extents) {
  static final long SYMBOLIC = -1;
  private static final int MAX_RANK = 64;

  static ValueInfo read(Wire wire) throws FormatException {
    String name = "";
    ValueInfo type = new ValueInfo("", null, null);
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> name = wire.text();
        case 2 -> type = type(wire.message("TypeProto"));
        default -> wire.skip();
      }
    }
    return new ValueInfo(name, type.type, type.extents);
  }

  private static ValueInfo type(Wire wire) throws FormatException {
    ValueInfo type = new ValueInfo("", null, null);
    while (wire.next()) {
      if (wire.field() == 1) {
        type = tensor(wire.message("TypeProto.Tensor"));
      } else {
        wire.skip();
      }
    }
    return type;
  }

  private static ValueInfo tensor(Wire wire) throws FormatException {
    DataType type = DataType.UNDEFINED;
    List<Long> extents = null;
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> type = DataType.of(wire.varint());
        case 2 -> extents = shape(wire.message("TensorShapeProto"));
        default -> wire.skip();
      }
    }
    return new ValueInfo("", type, extents);
  }

  private static List<Long> shape(Wire wire) throws FormatException {
    List<Long> extents = new ArrayList<>();
    while (wire.next()) {
      if (wire.field() == 1) {
        extents.add(dimension(wire.message("TensorShapeProto.Dimension")));
        if (extents.size() > MAX_RANK) {
          throw wire.error("a shape of over " + MAX_RANK + " extents");
        }
      } else {
        wire.skip();
      }
    }
    return extents;
  }

  private static long dimension(Wire wire) throws FormatException {
    long extent = SYMBOLIC;
    while (wire.next()) {
      if (wire.field() == 1) {
        // Exporters write a free extent as -1, too.
        extent = wire.varint();
        if (extent < SYMBOLIC) {
          throw wire.error("extent " + extent + " is negative");
        }
      } else {
        wire.skip();
      }
    }
    return extent;
  }
}
