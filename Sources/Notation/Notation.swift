// The module Notation.
