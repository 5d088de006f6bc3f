package org.residuum.network.op;

import java.util.List;
import org.residuum.network.ParameterSpec;

/** What products of an input with a weight have in common: weight, then bias, then epilogue. */
interface Product extends Op {
  /** Whether the second parameter, a bias, is there. */
  boolean bias();

  /** What is done to each sum before it is written. */
  Epilogue epilogue();

  @Override
  default List<ParameterSpec.Role> roles() {
    return bias()
        ? List.of(ParameterSpec.Role.WEIGHT, ParameterSpec.Role.BIAS)
        : List.of(ParameterSpec.Role.WEIGHT);
  }

  @Override
  default Op.Derivative derivative() {
    return Op.Derivative.PRODUCT;
  }

  @Override
  default boolean isFused() {
    return !epilogue().equals(Epilogue.NONE);
  }

  @Override
  default Activation activation() {
    return epilogue().activation();
  }
}
