package org.residuum.network.op;

/**
 * What a convolution or dense layer does to its sums before it writes them: y = activation(sum +
 * bias [+ residual]).
 *
 * @param residual whether the node's second input is added
 */
public record Epilogue(boolean residual, Activation activation) {
  public static final Epilogue NONE = new Epilogue(false, Activation.NONE);

  public Epilogue withResidual() {
    return new Epilogue(true, activation);
  }

  public Epilogue with(Activation newActivation) {
    return new Epilogue(residual, newActivation);
  }

  /** For example {@code " + residual, relu"}. */
  @Override
  public String toString() {
    return (residual ? " + residual" : "") + (activation.isNone() ? "" : ", " + activation);
  }
}
