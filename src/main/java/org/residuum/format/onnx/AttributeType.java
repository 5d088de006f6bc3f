package org.residuum.format.onnx;

import java.util.Locale;

/** What an attribute holds, in the order of the numbers of {@code AttributeProto.AttributeType}. */
enum AttributeType {
  UNDEFINED,
  FLOAT,
  INT,
  STRING,
  TENSOR,
  GRAPH,
  FLOATS,
  INTS,
  STRINGS,
  TENSORS,
  GRAPHS,
  SPARSE_TENSOR,
  SPARSE_TENSORS,
  TYPE_PROTO,
  TYPE_PROTOS;

  static AttributeType of(long code) {
    return code < 0 || code >= values().length ? UNDEFINED : values()[(int) code];
  }

  /** The type of the values in a field; {@link #UNDEFINED} for other fields. */
  static AttributeType ofField(int field) {
    return switch (field) {
      case 2 -> FLOAT;
      case 3 -> INT;
      case 4 -> STRING;
      case 5 -> TENSOR;
      case 6 -> GRAPH;
      case 7 -> FLOATS;
      case 8 -> INTS;
      case 9 -> STRINGS;
      case 10 -> TENSORS;
      case 11 -> GRAPHS;
      case 14 -> TYPE_PROTO;
      case 15 -> TYPE_PROTOS;
      case 22 -> SPARSE_TENSOR;
      case 23 -> SPARSE_TENSORS;
      default -> UNDEFINED;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
