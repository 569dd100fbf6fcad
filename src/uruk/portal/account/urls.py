"""Addresses below `account/`, in the portal's namespace."""

from django.urls import path

from uruk.portal.account import overview, second_steps, signing_in

urlpatterns = [
    path("", overview.overview, name="account"),
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("second-step/", signing_in.second_step, name="second-step"),
    path("register/", signing_in.register, name="register"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("code/", overview.hand_over, name="hand-over"),
    path("sessions/<uuid:session>/end/", overview.session_end, name="session-end"),
    path("password/", overview.password, name="password"),
    path("passkeys/add/", second_steps.passkey_add, name="passkey-add"),
    path("app/add/", second_steps.app_add, name="app-add"),
    path("second-steps/<int:factor>/remove/", second_steps.factor_remove, name="factor-remove"),
]
