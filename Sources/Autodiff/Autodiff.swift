// The module Autodiff.
